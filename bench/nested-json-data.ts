/** Households with members with visits: three levels, a table for each list. */
const districts = ['Pune', 'Nashik', 'जयपुर', 'Kisumu'];

/** The household of a number, always the same; every household has 2 members and 3 visits on average. */
export function household(id: number): Readonly<Record<string, unknown>> {
  return {
    id,
    uuid: `hh-${id.toString(36).padStart(8, '0')}`,
    submitted_at: `2025-03-${String((id % 28) + 1).padStart(2, '0')}T10:${String(id % 60).padStart(2, '0')}:00.000Z`,
    location: {
      district: districts[id % 4],
      block: `Block ${id % 50}`,
      point: { latitude: 18.5 + (id % 1000) / 1000, longitude: 73.8 + (id % 777) / 1000 },
    },
    income: { amount: ((id * 37) % 100_000) / 100, currency: 'INR' },
    consent: id % 3 !== 0,
    enumerator: `Enumerator ${id % 200}`,
    remarks: id % 5 === 0 ? `Visited twice, "ok"\nsecond line of ${id}` : null,
    members: Array.from({ length: 2 }, (_, member) => ({
      name: `Member ${member} of ${id}`,
      age: (id * 7 + member) % 90,
      gender: member % 2 === 0 ? 'm' : 'f',
      weight_kg: ((id * 13 + member) % 900) / 10,
      visits: Array.from({ length: 1 + ((member + id) % 2) }, (__, visit) => ({
        on: `2025-0${visit + 1}-1${member}`,
        kind: visit === 0 ? 'clinic' : 'home',
        score: (id + visit) % 100,
      })),
    })),
  };
}

/** Rows of all three tables together, per household. */
export const rowsPerHousehold = 1 + 2 + 3;
