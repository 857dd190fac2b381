import { Box, Table, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

export interface Column<T> {
  readonly label: string;
  readonly cell: (row: T) => ReactNode;
  /** A number: set to the right. */
  readonly number?: boolean;
  /** The column is for machines or buttons: its heading is only read out. */
  readonly quiet?: boolean;
}

/** Rows and columns that scroll sideways on their own when the screen is narrow. */
export function DataTable<T>(props: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly id: (row: T) => string;
}) {
  return (
    // Whoever has no mouse must be able to scroll it.
    <Box className="archipel-scroll" role="region" aria-label={props.caption} tabIndex={0}>
      <Table>
        <Table.Caption className="archipel-hidden">{props.caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {props.columns.map((column) => (
              <Table.Th
                key={column.label} scope="col" ta={column.number === true ? "right" : "left"}
              >
                {column.quiet === true
                  ? <VisuallyHidden>{column.label}</VisuallyHidden>
                  : column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.rows.map((row) => (
            <Table.Tr key={props.id(row)}>
              {props.columns.map((column, index) =>
                index === 0
                  ? (
                    <Table.Th key={column.label} scope="row" className="archipel-row">
                      {column.cell(row)}
                    </Table.Th>
                  )
                  : (
                    <Table.Td
                      key={column.label}
                      ta={column.number === true ? "right" : "left"}
                      className={column.number === true ? "archipel-number" : undefined}
                    >
                      {column.cell(row)}
                    </Table.Td>
                  ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
