import { toast } from '../toast.tsx';

/** Puts text on the clipboard; says so and answers false when the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers refuse on plain http from another machine.
    toast.warning('This browser does not let the page copy', {
      description: 'Open Dalgo over https or on this computer, or mark the text and press Ctrl+C.',
    });
    return false;
  }
}
