import type { TcpEngine } from '@tiny/core'

/** Whether so many milliseconds have passed since then; also when the clock has gone half round. */
export function isOver(e: TcpEngine, at: number, ms: number): boolean {
  const since = (e.h.time() - at) | 0
  return since < 0 || since >= ms
}
