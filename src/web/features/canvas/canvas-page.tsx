'use client';

export function CanvasPage() {
  return <h1 className="p-6 text-xl font-semibold">Home</h1>;
}
