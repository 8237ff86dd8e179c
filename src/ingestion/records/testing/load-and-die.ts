import type { Config } from '#platform/config';
import { connectDatabase } from '#platform/database/database';
import type { OrganizationId } from '#platform/ids';
import { openWarehouse } from '#warehouse';
import { loadOnce, type LoadPlan, type Step } from './faulty-load.ts';

/** What the parent asks of this process: one load, in which it is to die. */
export interface DeathWish {
  readonly config: Config;
  readonly appUrl: string;
  readonly organizationId: OrganizationId;
  readonly plan: LoadPlan;
  readonly step: Step;
  /** At which of the times that the step comes. */
  readonly time: number;
}

// A worker as the program has it, which loses its power at a step: SIGKILL leaves no chance to tidy up.
process.once('message', (wish: DeathWish) => {
  void (async () => {
    const database = connectDatabase(wish.appUrl);
    const all = openWarehouse({ config: wish.config, database });
    const warehouse = await all.forOrganization(wish.organizationId);
    let times = 0;
    await loadOnce(warehouse, wish.plan, (step) => {
      if (step !== wish.step) return;
      times += 1;
      if (times === wish.time) process.kill(process.pid, 'SIGKILL');
    });
    // The step does not come so often in this load: it is just a load.
    await all.close();
    await database.close();
    process.disconnect?.();
  })();
});
