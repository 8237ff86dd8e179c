import { CanvasPage } from '../../features/canvas/canvas-page.tsx';

export default function Page() {
  return <CanvasPage />;
}
