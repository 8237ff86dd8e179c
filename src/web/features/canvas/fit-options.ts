const isPhone = matchMedia('(max-width: 767px)').matches;

/**
 * Shows everything, clear of the tools at the bottom, and never larger than life. A phone shows a part that can be
 * read instead.
 */
export const fitOptions = {
  padding: { x: '32px', top: '24px', bottom: '76px' },
  maxZoom: 1,
  minZoom: isPhone ? 0.55 : 0.15,
} as const;
