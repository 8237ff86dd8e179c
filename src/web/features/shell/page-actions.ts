import { useEffect, useRef, type ReactNode } from 'react';

/** Something that can be done on the page that is open, offered by Ctrl-K. */
export interface PageAction {
  readonly label: string;
  /** What it is about, to be found by other words than its label. */
  readonly words?: string;
  readonly icon: ReactNode;
  /** The keys that do the same. */
  readonly hint?: string;
  readonly run: () => void;
}

export interface ActionGroup {
  readonly heading: string;
  readonly actions: readonly PageAction[];
}

/** Read when Ctrl-K is pressed, so that a page pays nothing for what it offers. */
const offered = new Set<() => readonly ActionGroup[]>();

/** Offers actions as long as the component is there. */
export function usePageActions(groups: readonly ActionGroup[]): void {
  const latest = useRef(groups);
  useEffect(() => {
    latest.current = groups;
  });
  useEffect(() => {
    const read = () => latest.current;
    offered.add(read);
    return () => void offered.delete(read);
  }, []);
}

export function pageActions(): readonly ActionGroup[] {
  return [...offered].flatMap((read) => read()).filter(({ actions }) => actions.length > 0);
}
