/** Calls f at once, and then every so many milliseconds. */
export function every(h, ms, f) {
  let due = h.wake(0)
  h.add({
    poll() {
      if (!h.isDue(due)) return
      due = h.wake(ms)
      f()
    },
    used: () => 0,
  })
}
