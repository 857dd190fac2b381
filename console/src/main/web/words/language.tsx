import {
  createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode,
} from "react";

export type Language = "fr" | "en";

/** One text in both languages. */
export type Pair = readonly [fr: string, en: string];
export type Words = Readonly<Record<string, Pair>>;
export type Values = Readonly<Record<string, string | number>>;

const KEPT = "archipel.language";
const LANGUAGES: readonly Language[] = ["fr", "en"];

interface Choice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const Chosen = createContext<Choice>({ language: "fr", choose: () => undefined });

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = [kept ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((one) => one === wanted.find((tag) => LANGUAGES.some((l) => l === tag))) ??
    "en";
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(first);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = useCallback((wanted: Language) => {
    localStorage.setItem(KEPT, wanted);
    setLanguage(wanted);
  }, []);
  const choice = useMemo(() => ({ language, choose }), [language, choose]);
  return <Chosen value={choice}>{children}</Chosen>;
}

export function useLanguage(): Choice {
  return use(Chosen);
}

/** `{n}` is replaced by a value; `{n?one|many}` by the form that the number asks for. */
export function fill(text: string, language: Language, values: Values): string {
  return text.replace(
    /\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one: string | undefined, many: string | undefined) => {
      const value = values[name];
      if (value === undefined) {
        return whole;
      }
      if (one !== undefined && many !== undefined) {
        return new Intl.PluralRules(language).select(Number(value)) === "one" ? one : many;
      }
      return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
    });
}

/** The texts of a catalogue in the language that was chosen. */
export function useWords<W extends Words>(words: W): (key: keyof W, values?: Values) => string {
  const { language } = useLanguage();
  return useCallback(
    (key: keyof W, values: Values = {}) => {
      const pair = words[key] as Pair;
      return fill(language === "fr" ? pair[0] : pair[1], language, values);
    },
    [words, language]);
}
