/** Where the API begins; contracts' paths are below it. */
export const API_PREFIX = '/api/v1';
