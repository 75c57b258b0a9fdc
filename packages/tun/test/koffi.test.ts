// Without koffi: the package still loads, and tap() says what to do.
import { expect, it, vi } from 'vitest'

vi.mock('node:module', () => ({
  createRequire: () => (name: string) => {
    throw new Error(`Cannot find module '${name}'`)
  },
}))

it.skipIf(process.platform !== 'linux')('koffi that is missing is named', async () => {
  const { tap } = await import('../src/index.js')
  try {
    tap()
    expect.unreachable()
  } catch (e) {
    expect((e as { code: string }).code).toBe('MODULE_NOT_FOUND')
    expect(`${e}`).toMatch(/^Error: tun: koffi does not load, .*: npm install koffi .*Cannot find module 'koffi'/)
  }
})
