// The fast checksum is that of @tiny/core, for all lengths, offsets and seeds.
import { sum } from '@tiny/core'
import { rand } from '@tiny/sim'
import { expect, it } from 'vitest'
import { FRAME_MAX } from './const.js'
import { env } from './node.js'
import { fastSum } from './sum.js'

it('is the one with SIMD, which env() hands in', () => {
  expect(fastSum().take()).not.toBe(null)
  expect(env().sum).toBe(fastSum().sum)
  expect(fastSum().sum).not.toBe(sum)
})

it.each([
  ['a buffer of its own memory', fastSum().take()],
  ['any other', new Uint8Array(FRAME_MAX)],
  ['one at an odd place', new Uint8Array(new ArrayBuffer(FRAME_MAX + 3), 3, FRAME_MAX)],
] as [string, Uint8Array][])('sums %s as core does', (_name, b) => {
  const random = rand(5)
  const own = fastSum().sum
  for (const fill of [() => random(), () => 0xff, () => 0]) {
    for (let i = 0; i < b.length; i++) b[i] = fill()
    for (let n = 0; n < 400; n++)
      for (let o = 0; o < 18; o++) {
        const seed = (random() >>> 8) % 0x1000001
        if (own(b, o, n, seed) !== sum(b, o, n, seed)) expect.fail(`${n} octets at ${o}, seed ${seed}`)
      }
    for (const n of [1460, 1499, 1500, 9000, 65534, 65535, FRAME_MAX])
      for (const seed of [0, 1, 0xffff, 0x10000, 0xffffff, 0x1000000])
        expect(own(b, 0, n, seed), `${n}, ${seed}`).toBe(sum(b, 0, n, seed))
  }
})

it('has octets for transmit buffers in its own memory, apart from each other, and others when there are none left', () => {
  const { buffer } = env()
  const received = fastSum().take() as Uint8Array
  const own = received.buffer
  const all: Uint8Array[] = []
  let b = buffer?.(65615) as Uint8Array
  for (; b.buffer === own && all.length < 99; b = buffer?.(65615) as Uint8Array) all.push(b)
  expect([b.length, b.byteOffset]).toEqual([65615, 0])
  expect(all.length).toBeGreaterThan(4)
  let end = received.byteOffset + received.length
  for (const one of all) {
    expect(one.byteOffset).toBeGreaterThanOrEqual(end)
    end = one.byteOffset + one.length
    expect(one.length).toBe(65615)
  }
  fastSum().give(received)
})

it('hands out buffers until there are none, and takes them back', () => {
  const all: Uint8Array[] = []
  for (let b = fastSum().take(); b; b = fastSum().take()) all.push(b)
  expect(all.length).toBeGreaterThan(4)
  expect(new Set(all.map(b => b.byteOffset)).size).toBe(all.length)
  for (const b of all) expect(b.byteOffset).toBeGreaterThanOrEqual(FRAME_MAX)
  const last = all.pop() as Uint8Array
  fastSum().give(last)
  fastSum().give(new Uint8Array(8))
  expect(fastSum().take()).toBe(last)
  expect(fastSum().take()).toBe(null)
  for (const b of [...all, last]) fastSum().give(b)
})
