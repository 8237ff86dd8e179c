'use client';

import { Channels } from './channels.tsx';
import { MyWishes } from './my-wishes.tsx';

/** What I hear of and how, and where the organization hears of it. */
export function NotificationSettings() {
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <MyWishes />
      <Channels />
    </div>
  );
}
