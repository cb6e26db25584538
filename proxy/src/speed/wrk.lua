-- For wrk: a number as an argument posts that many bytes; the result is one JSON object.

function init(args)
  local size = tonumber(args[1])
  if size then
    wrk.method = "POST"
    wrk.body = string.rep("x", size)
    wrk.headers["Content-Type"] = "application/json"
  end
end

function done(summary, latency)
  local e = summary.errors
  print(string.format('{"done": %d, "failed": %d, "seconds": %.6f, "p50": %.1f, "p99": %.1f}', summary.requests,
    e.status + e.connect + e.read + e.write + e.timeout, summary.duration / 1e6, latency:percentile(50),
    latency:percentile(99)))
end
