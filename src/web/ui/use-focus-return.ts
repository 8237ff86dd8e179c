'use client';

import { useState } from 'react';

/**
 * Where the focus goes when a window closes: to what had it before. Radix returns it only to a trigger of its own, and
 * our windows are opened by what the page decides.
 * @returns the handler for `onCloseAutoFocus`.
 */
export function useFocusReturn(isOpen: boolean): (event: Event) => void {
  const [state, setState] = useState<{ readonly isOpen: boolean; readonly opener: Element | null }>({
    isOpen: false,
    opener: null,
  });
  // While rendering, not in an effect: by then a field inside may have taken the focus already.
  if (isOpen !== state.isOpen) {
    setState({ isOpen, opener: isOpen ? openerNow() : state.opener });
  }
  return (event) => {
    event.preventDefault();
    const { opener } = state;
    // Somebody who went on to something else in the meantime stays there.
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  };
}

/** What has the focus; for an entry of a menu, which goes away with its menu, the button of the menu. */
function openerNow(): Element | null {
  const focused = document.activeElement;
  const button = focused?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return button ? document.getElementById(button) : focused;
}
