import type { Locator } from '@playwright/test';

/** Drops a file from outside onto an element, as the operating system does: entering, hovering, letting go. */
export async function dropFile(
  target: Locator,
  file: { readonly name: string; readonly content: Buffer },
): Promise<void> {
  const page = target.page();
  // Made in the page, where the text is the only way for the bytes to get in. The tests are compiled without the
  // browser's types, so what runs there is text.
  const parts = JSON.stringify([file.content.toString('base64'), file.name]);
  const dataTransfer = await page.evaluateHandle(`(() => {
    const [base64, name] = ${parts};
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: 'text/csv' }));
    return transfer;
  })()`);
  await target.dispatchEvent('dragenter', { dataTransfer });
  await target.dispatchEvent('dragover', { dataTransfer });
  await target.dispatchEvent('drop', { dataTransfer });
  await dataTransfer.dispose();
}
