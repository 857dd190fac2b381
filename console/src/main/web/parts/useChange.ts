import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { common } from "../words/common";
import { useWords } from "../words/language";

/** A change that the site makes: afterwards what was changed is asked for again. */
export function useChange<V, T>(change: (value: V) => Promise<T>, stale: readonly string[]) {
  const t = useWords(common);
  const client = useQueryClient();
  return useMutation<T, Error, V>({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all(stale.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => {
      notifications.show({ color: "red", title: t("failed"), message: error.message });
    },
  });
}

/** A short word that it was done. */
export function useSaid() {
  const t = useWords(common);
  return (message?: string) => notifications.show({ message: message ?? t("done") });
}
