import { IconBox, IconHome, type TablerIcon } from "@tabler/icons-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { menu } from "../words/common";

export interface PageEntry {
  readonly path: string;
  readonly name: keyof typeof menu;
  readonly group: "groupSite" | "groupOperate" | "groupAccounts" | "groupGovern";
  readonly icon: TablerIcon;
  /** One must be allowed to do one of these somewhere; none for everybody who has a role. */
  readonly needs: readonly string[];
  readonly page: LazyExoticComponent<ComponentType>;
}

export const PAGES: readonly PageEntry[] = [
  {
    path: "/", name: "overview", group: "groupSite", icon: IconHome, needs: ["catalog-read"],
    page: lazy(() => import("../pages/Overview")),
  },
  {
    path: "/models", name: "models", group: "groupSite", icon: IconBox, needs: ["catalog-read"],
    page: lazy(() => import("../pages/Models")),
  },
];

/** Pages that are in no menu, for everybody who is signed in. */
export const HIDDEN: readonly Pick<PageEntry, "path" | "name" | "page">[] = [];
