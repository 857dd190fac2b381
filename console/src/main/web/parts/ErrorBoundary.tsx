import { Component, type ReactNode } from "react";

interface Props {
  readonly fallback: ReactNode;
  /** Another key is another try: a new page must not show the old one's error. */
  readonly place: string;
  readonly children: ReactNode;
}

/** A page that breaks takes nothing else with it. */
export class ErrorBoundary extends Component<Props, { readonly broken: string | undefined }> {
  override state = { broken: undefined };

  static getDerivedStateFromError(): { broken: string } {
    return { broken: "" };
  }

  override componentDidUpdate(before: Props): void {
    if (before.place !== this.props.place && this.state.broken !== undefined) {
      this.setState({ broken: undefined });
    }
  }

  override render(): ReactNode {
    return this.state.broken === undefined ? this.props.children : this.props.fallback;
  }
}
