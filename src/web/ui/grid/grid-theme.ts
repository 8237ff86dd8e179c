import { themeQuartz } from 'ag-grid-community';

/** Pixels. */
export const rowHeight = 32;

/** The grid in the colours of tokens.css; the variables change with the theme, so one theme serves light and dark. */
export const gridTheme = themeQuartz.withParams({
  fontFamily: 'inherit',
  fontSize: 13,
  headerFontSize: 13,
  headerFontWeight: 500,
  rowHeight,
  spacing: 6,
  cellHorizontalPadding: 10,
  backgroundColor: 'var(--surface)',
  foregroundColor: 'var(--ink)',
  textColor: 'var(--ink)',
  headerTextColor: 'var(--ink)',
  headerBackgroundColor: 'var(--sunken)',
  borderColor: 'var(--line)',
  columnBorder: { color: 'var(--line)' },
  headerColumnBorder: { color: 'var(--line)' },
  rowHoverColor: 'var(--sunken)',
  accentColor: 'var(--accent)',
  chromeBackgroundColor: 'var(--sunken)',
  wrapperBorder: false,
  wrapperBorderRadius: 0,
  iconSize: 14,
});
