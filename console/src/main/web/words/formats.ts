import { useMemo } from "react";
import { useLanguage, type Language } from "./language";

const MICRO = 1_000_000;
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60],
  ["second", 1],
];

/** Numbers, amounts and times as the language writes them. */
export interface Formats {
  readonly number: (value: number, digits?: number) => string;
  /** 1,234,567 as 1.2 M: for tiles and axes; tables show it whole. */
  readonly short: (value: number) => string;
  readonly percent: (share: number) => string;
  readonly money: (microCurrency: number, currency: string) => string;
  readonly seconds: (seconds: number) => string;
  readonly date: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  readonly time: (iso: string) => string;
  readonly ago: (iso: string, now?: number) => string;
}

function money(language: Language, microCurrency: number, currency: string): string {
  const amount = microCurrency / MICRO;
  // Prices of single requests are fractions of a cent.
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  const shape = { minimumFractionDigits: 2, maximumFractionDigits: digits };
  return /^[A-Z]{3}$/.test(currency)
    ? new Intl.NumberFormat(language, { ...shape, style: "currency", currency }).format(amount)
    : `${new Intl.NumberFormat(language, shape).format(amount)} ${currency}`;
}

function seconds(language: Language, value: number): string {
  const unit = (amount: number, name: string, digits: number) =>
    new Intl.NumberFormat(language, {
      style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits,
    }).format(amount);
  if (value < 1) {
    return unit(Math.round(value * 1000), "millisecond", 0);
  }
  return value < 120 ? unit(value, "second", 1) : unit(value / 60, "minute", 0);
}

function ago(language: Language, iso: string, now: number): string {
  const difference = (Date.parse(iso) - now) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(difference) >= length) ??
    (["second", 1] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" })
    .format(Math.round(difference / size), unit);
}

function formats(language: Language): Formats {
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const compact = new Intl.NumberFormat(language, {
    notation: "compact", maximumFractionDigits: 1,
  });
  const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  return {
    number: (value, digits = 0) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
    short: (value) => compact.format(value),
    percent: (value) => share.format(value),
    money: (amount, currency) => money(language, amount, currency),
    seconds: (value) => seconds(language, value),
    date: (iso) => day.format(new Date(iso)),
    dateTime: (iso) => moment.format(new Date(iso)),
    time: (iso) => clock.format(new Date(iso)),
    ago: (iso, now = Date.now()) => ago(language, iso, now),
  };
}

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formats(language), [language]);
}
