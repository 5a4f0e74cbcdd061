declare module 'autocannon' {
  interface Run {
    duration: number
    requests: { total: number }
    latency: { p50: number; p99: number }
    errors: number
    non2xx: number
    statusCodeStats: Record<string, { count: number }>
  }
  export default function autocannon(options: {
    url: string
    /** Made by turns. */
    requests?: { headers: Record<string, string> }[]
    connections: number
    duration: number
  }): Promise<Run>
}
