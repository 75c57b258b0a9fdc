import { serve } from '@tiny/tfo'
import { COUNTERS } from './config.js'

/** What is counted by its place, then what is counted by its id, in pairs. */
function pageOf({ values, times }) {
  const words = [...values]
  for (const id in times) words.push(+id, times[id])
  return new Uint8Array(new Uint32Array(words).buffer)
}

/** Whoever connects and asks has the counters, as they are. */
export function publish(t, counters) {
  const request = new Uint8Array(1)
  const page = t.listen(COUNTERS, {
    onReadable(c) {
      t.read(c, request)
      t.write(c, pageOf(counters))
      t.release(c)
    },
  })
  serve(t, page)
}
