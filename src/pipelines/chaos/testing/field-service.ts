import type { Random } from '../../sample/random.ts';
import { startFakeService, type FakeService } from '#testing/fake-service';

/** A service of a field office that has two more visits at each request, and that fails now and then. */
export interface FieldService extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  /** Visits that the service has handed out for an organization. */
  served(organization: string): number;
  calm(): void;
}

export async function startFieldService(random: Random): Promise<FieldService> {
  const counts = new Map<string, number>();
  let isCalm = false;
  const service: FakeService = await startFakeService(({ url }) => {
    const organization = url.pathname.split('/')[1] ?? '';
    if (!isCalm && random.chance(0.03)) {
      return random.chance(0.5) ? { reset: true } : { status: 503, text: 'maintenance' };
    }
    const since = Number(url.searchParams.get('since') ?? 0);
    const last = (counts.get(organization) ?? 0) + 2;
    counts.set(organization, last);
    const visits = Array.from({ length: Math.max(0, last - since) }, (_, index) => visit(since + 1 + index));
    return { json: { visits } };
  });
  return {
    origin: service.origin,
    host: service.host,
    served: (organization) => counts.get(organization) ?? 0,
    calm: () => {
      isCalm = true;
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

/** What the service says of a visit, always the same. */
function visit(id: number) {
  return { id, seq: id, people: (id * 7) % 13 };
}
export const peopleOf = (id: number): number => visit(id).people;
