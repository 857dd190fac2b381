import { useLive } from "../../app/live";
import { Chart } from "../../parts/Chart";
import { useFormats } from "../../words/formats";
import { useWords } from "../../words/language";
import { overview } from "../../words/overview";

/** Running and waiting requests of the last quarter of an hour. */
export default function Activity() {
  const t = useWords(overview);
  const f = useFormats();
  const { history } = useLive();
  return (
    <Chart
      kind="area"
      title={t("activity")}
      height={300}
      points={history.map((point) => ({
        at: f.time(point.at), running: point.running, waiting: point.waiting,
      }))}
      at="at"
      atLabel={t("moment")}
      series={[
        { name: "running", label: t("seriesRunning") },
        { name: "waiting", label: t("seriesWaiting") },
      ]}
      format={(value) => f.number(value)}
    />
  );
}
