// A sentence for each reason to drop or count. The ids stand in the package's ids.ts; a test compares the two.
const SENTENCES: { readonly [id: number]: string } = {
  300: "a UDP datagram's length field is less than 8, or more than what came",
  301: "a UDP datagram's checksum is wrong",
  302: "a UDP datagram, or an ICMP error about one, came to a socket whose queue, or the stack's pool, is full",
}

/** What an id of Observer.drop or Observer.count means, in plain words. */
export const explain = (id: number): string => SENTENCES[id] ?? `unknown reason ${id}`
