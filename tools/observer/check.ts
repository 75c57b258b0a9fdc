// When the tests of a file are over: a counting observer was never lost, one that throws was detached by its first call.
import { afterAll, expect } from 'vitest'
import { told } from './observed.ts'

afterAll(() => {
  for (const { watched, calls } of told)
    if (process.env['TINY_OBSERVER'] === 'throws') {
      expect(calls).toBeLessThanOrEqual(1)
      expect(watched.lost).toBe(calls)
    } else expect(watched.lost).toBe(0)
})
