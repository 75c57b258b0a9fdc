import * as core from '@tiny/core'

/** The POSIX name of a negative error, such as ETIMEDOUT. */
export function errorName(code: number): string {
  const found = Object.entries(core).find(([name, value]) => /^E[A-Z]+$/.test(name) && value === -code)
  return found?.[0] ?? `error ${code}`
}
