import { Button, Center } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { common } from "../words/common";
import { useWords } from "../words/language";
import { Answer } from "./States";

interface PageOf<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A list that the site gives by pages. */
export function usePages<T>(
  key: readonly unknown[], ask: (after: string | undefined) => Promise<PageOf<T>>) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
  });
}

/** All that was read of it so far, and a button for more. */
export function Paged<T>(props: {
  readonly pages: ReturnType<typeof usePages<T>>;
  readonly empty: ReactNode;
  readonly children: (items: readonly T[]) => ReactNode;
}) {
  const t = useWords(common);
  const { pages } = props;
  return (
    <Answer query={pages}>
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        return items.length === 0
          ? props.empty
          : (
            <>
              {props.children(items)}
              {pages.hasNextPage && (
                <Center p="md">
                  <Button
                    variant="default" loading={pages.isFetchingNextPage}
                    onClick={() => void pages.fetchNextPage()}
                  >
                    {t("more")}
                  </Button>
                </Center>
              )}
            </>
          );
      }}
    </Answer>
  );
}
