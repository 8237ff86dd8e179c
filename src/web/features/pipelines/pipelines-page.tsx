'use client';

export function PipelinesPage() {
  return <h1 className="p-6 text-xl font-semibold">Pipelines</h1>;
}
