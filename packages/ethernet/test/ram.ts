// node --expose-gc tools/run.mjs packages/ethernet/test/ram.ts: octets of heap for each place of the neighbour cache.
import { type Dev, host } from '@tiny/core'
import { type Ethernet, ethernet } from '@tiny/ethernet'

const gc = (globalThis as { gc?: () => void }).gc
if (!gc) throw new Error('node --expose-gc')
const MANY = 1024
const FEW = 2
const HOSTS = 50

let x = 1
const env = { now: () => 0, rand: () => (x = Math.imul(x, 69069) + 1) }
const dev = (): Dev => ({ type: 1, mtu: 1500, mac: new Uint8Array(6), caps: 0, send: () => 0, recv() {} })

function heapOf(neighbours: number): number {
  const kept: Ethernet[] = []
  gc!()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < HOSTS; i++) kept.push(ethernet(host(env, { room: 68 }), dev(), { neighbours }))
  gc!()
  const heap = process.memoryUsage().heapUsed - before
  if (kept.length !== HOSTS) throw new Error('nothing was kept')
  return heap / HOSTS
}

heapOf(FEW)
console.log(`${((heapOf(MANY) - heapOf(FEW)) / (MANY - FEW)).toFixed(0)} octets of heap for a neighbour`)
