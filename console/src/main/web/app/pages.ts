import {
  IconActivity, IconAdjustments, IconBox, IconBuildingCommunity, IconChartBar, IconFileInvoice,
  IconHistory, IconHome, IconKey, IconMessage2, IconServer2, type TablerIcon,
} from "@tabler/icons-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { menu } from "../words/common";

export interface PageEntry {
  readonly path: string;
  readonly name: keyof typeof menu;
  readonly group: "groupSite" | "groupOperate" | "groupAccounts" | "groupGovern";
  readonly icon: TablerIcon;
  /** One must be allowed to do one of these somewhere. */
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
  {
    path: "/playground", name: "playground", group: "groupSite", icon: IconMessage2,
    needs: ["playground"], page: lazy(() => import("../pages/Playground")),
  },
  {
    path: "/engines", name: "engines", group: "groupOperate", icon: IconActivity,
    needs: ["queue-read"], page: lazy(() => import("../pages/Engines")),
  },
  {
    path: "/capacity", name: "capacity", group: "groupOperate", icon: IconServer2,
    needs: ["census-read"], page: lazy(() => import("../pages/Capacity")),
  },
  {
    path: "/usage", name: "usage", group: "groupAccounts", icon: IconChartBar,
    needs: ["usage-read"], page: lazy(() => import("../pages/Usage")),
  },
  {
    path: "/accounts", name: "accounts", group: "groupAccounts", icon: IconFileInvoice,
    needs: ["statement-read"], page: lazy(() => import("../pages/Accounts")),
  },
  {
    path: "/access", name: "access", group: "groupGovern", icon: IconKey, needs: ["project-read"],
    page: lazy(() => import("../pages/Access")),
  },
  {
    path: "/consortium", name: "consortium", group: "groupGovern", icon: IconBuildingCommunity,
    needs: ["consortium-read"], page: lazy(() => import("../pages/Consortium")),
  },
  {
    path: "/audit", name: "audit", group: "groupGovern", icon: IconHistory, needs: ["audit-read"],
    page: lazy(() => import("../pages/Audit")),
  },
  {
    path: "/settings", name: "settings", group: "groupGovern", icon: IconAdjustments,
    needs: ["settings-read"], page: lazy(() => import("../pages/Settings")),
  },
];

/** Pages that are in no menu, for everybody who is signed in. */
export const HIDDEN: readonly Pick<PageEntry, "path" | "name" | "page">[] = [
  {
    path: "/accessibility", name: "accessibility",
    page: lazy(() => import("../pages/Accessibility")),
  },
];
