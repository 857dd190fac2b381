import { colorOf } from "./Colors";

/** So much went from one to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

const WIDTH = 640;
const HEIGHT = 380;
const RADIUS = { x: 218, y: 122 };
const MIDDLE = { x: WIDTH / 2, y: HEIGHT / 2 };
const THICKEST = 11;
const MOST_NODES = 12;

interface Node {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
}

function nodesOf(flows: readonly Flow[]): readonly Node[] {
  const sums = new Map<string, number>();
  for (const flow of flows) {
    sums.set(flow.from, (sums.get(flow.from) ?? 0) + flow.amount);
    sums.set(flow.to, (sums.get(flow.to) ?? 0) + (flow.from === flow.to ? 0 : flow.amount));
  }
  const names = [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST_NODES);
  const most = Math.max(1, ...names.map(([, sum]) => sum));
  return names.map(([name, sum], index) => {
    const angle = (2 * Math.PI * index) / names.length - Math.PI / 2;
    const alone = names.length === 1;
    return {
      name,
      x: alone ? MIDDLE.x : MIDDLE.x + RADIUS.x * Math.cos(angle),
      y: alone ? MIDDLE.y : MIDDLE.y + RADIUS.y * Math.sin(angle),
      size: 15 + 19 * Math.sqrt(sum / most),
      color: colorOf(index),
    };
  });
}

interface Way {
  readonly line: string;
  readonly head: string;
}

/** Bent to one side, so that there and back are two ways; with a head that fits its width. */
function way(from: Node, to: Node, width: number): Way {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(54, length / 5);
  const control = {
    x: (from.x + to.x) / 2 - (dy / length) * bend,
    y: (from.y + to.y) / 2 + (dx / length) * bend,
  };
  const size = 8 + width;
  const [ux, uy] = direction(control, to);
  const tip = { x: to.x - ux * (to.size + 5), y: to.y - uy * (to.size + 5) };
  const foot = { x: tip.x - ux * size, y: tip.y - uy * size };
  const half = size * 0.62;
  return {
    line: `M${from.x} ${from.y}Q${control.x} ${control.y} ${foot.x} ${foot.y}`,
    head: `M${tip.x} ${tip.y}L${foot.x - uy * half} ${foot.y + ux * half}`
      + `L${foot.x + uy * half} ${foot.y - ux * half}z`,
  };
}

function direction(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): readonly [number, number] {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return [(to.x - from.x) / length, (to.y - from.y) / length];
}

/** Who served whom: islands, and what went between them. The table beside it says the same. */
export function FlowPicture(props: {
  readonly flows: readonly Flow[];
  readonly label: string;
}) {
  const nodes = nodesOf(props.flows);
  const between = props.flows.filter((flow) => flow.from !== flow.to && flow.amount > 0);
  const most = Math.max(1, ...between.map((flow) => flow.amount));
  const at = (name: string) => nodes.find((node) => node.name === name);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={props.label}
      className="archipel-flows"
    >
      {between.map((flow) => {
        const from = at(flow.from);
        const to = at(flow.to);
        if (from === undefined || to === undefined) {
          return null;
        }
        const width = 1.5 + (THICKEST - 1.5) * Math.sqrt(flow.amount / most);
        const drawn = way(to, from, width);
        return (
          <g key={`${flow.from} ${flow.to}`} opacity={0.6}>
            <path d={drawn.line} fill="none" stroke={to.color} strokeWidth={width} />
            <path d={drawn.head} fill={to.color} />
          </g>
        );
      })}
      {nodes.map((node) => (
        <g key={node.name}>
          <circle cx={node.x} cy={node.y} r={node.size} fill={node.color} />
          <circle
            cx={node.x} cy={node.y} r={node.size + 3.5} fill="none" stroke={node.color}
            strokeOpacity={0.35}
          />
          <text
            x={node.x} y={node.y + (node.y >= MIDDLE.y ? node.size + 21 : -node.size - 11)}
            textAnchor="middle"
          >
            {node.name}
          </text>
        </g>
      ))}
    </svg>
  );
}
