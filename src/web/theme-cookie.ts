/** Holds `light` or `dark`; absent means "as the system". Not a secret, so that scripts may write it. */
export const themeCookie = 'dalgo_theme';
