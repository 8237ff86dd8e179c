import { publicData } from './public-data.ts';

export interface StateFlights {
  /** null: airports of origin that the list of airports does not know. */
  readonly state: string | null;
  readonly routes: number;
  readonly flights: number;
}

/** Routes with fewer flights are left out by the filter of the main job. */
export const fewestFlights = 100;

/** The result of the main job, worked out from the files: routes and flights by state of origin, most flights first. */
export function flightsByState(): StateFlights[] {
  const stateOf = new Map(publicData('airports').rows.map((row) => [row['iata'], row['state'] ?? '']));
  const sums = new Map<string | null, { routes: number; flights: number }>();
  for (const { origin, count } of publicData('flights-airport').rows) {
    const flights = Number(count);
    if (flights < fewestFlights) continue;
    const state = stateOf.get(origin) || null;
    const sum = sums.get(state) ?? { routes: 0, flights: 0 };
    sums.set(state, { routes: sum.routes + 1, flights: sum.flights + flights });
  }
  return [...sums]
    .map(([state, sum]) => ({ state, ...sum }))
    .toSorted((one, other) => other.flights - one.flights);
}
