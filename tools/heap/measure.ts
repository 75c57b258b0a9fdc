// How much the heap grows by a packet. The loads run in a process of their own whose young generation is so large that
// it is hardly ever collected: what is garbage at once counts as well as what stays.
const WARM_UP = 200_000
const PACKETS = 1_000_000
const SLICE = 50_000
const TRIALS = 3

/** A load: builds what it needs, and gives the function that moves one packet. */
export type Load = () => () => void

/** Octets by packet, per load: of all that was allocated, and of what is still there after a collection. */
export interface Growth {
  [name: string]: { made: number; kept: number }
}

const used = (): number => process.memoryUsage().heapUsed

function trial(load: Load): Growth[string] {
  const packet = load()
  for (let i = 0; i < WARM_UP; i++) packet()
  const { gc } = globalThis as { gc?: () => void }
  if (!gc) throw new Error('run with --expose-gc, as growthOf() does')
  gc()
  const start = used()
  let made = 0
  for (let done = 0; done < PACKETS; done += SLICE) {
    const before = used()
    for (let i = 0; i < SLICE; i++) packet()
    // A slice with a collection in it may seem to have made nothing; the others have not had one.
    made += Math.max(used() - before, 0)
  }
  gc()
  return { made: made / PACKETS, kept: Math.max(used() - start, 0) / PACKETS }
}

/** Measures each load, best of three, and prints the result for growthOf(). */
export function measure(loads: { [name: string]: Load }): void {
  const growth: Growth = {}
  for (const name of Object.keys(loads)) {
    const best = { made: Number.POSITIVE_INFINITY, kept: Number.POSITIVE_INFINITY }
    for (let i = 0; i < TRIALS; i++) {
      const { made, kept } = trial(loads[name] as Load)
      best.made = Math.min(best.made, made)
      best.kept = Math.min(best.kept, kept)
    }
    growth[name] = best
  }
  console.log(JSON.stringify(growth))
}
