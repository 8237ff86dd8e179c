/** Shows everything, clear of the tools at the bottom, and never larger than life. */
export const fitOptions = { padding: { x: '32px', top: '24px', bottom: '76px' }, maxZoom: 1 } as const;
