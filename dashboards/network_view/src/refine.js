// A calmer order inside the lanes: accounts move up and down so that ties get shorter and cross less; left to right stays, since it
// has a meaning. Runs in a worker, so it may use nothing from outside itself.
export function refined({ platform, a, b, n, row }, tell) {
  const count = platform.length, lanes = new Map();
  for (let i = 0; i < count; i++) (lanes.get(platform[i]) || lanes.set(platform[i], []).get(platform[i])).push(i);
  const start = new Float64Array(count), degree = new Int32Array(count + 1);
  for (let k = 0; k < a.length; k++) { degree[a[k]]++; degree[b[k]]++; }
  const at = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) at[i + 1] = at[i] + degree[i];
  const other = new Int32Array(at[count]), weight = new Float64Array(at[count]), fill = at.slice();
  for (let k = 0; k < a.length; k++) {
    other[fill[a[k]]] = b[k]; weight[fill[a[k]]++] = n[k];
    other[fill[b[k]]] = a[k]; weight[fill[b[k]]++] = n[k];
  }
  const sorted = [...lanes.keys()].sort((p, q) => p - q);
  const y = new Float64Array(count);
  const settle = () => { let top = 0; for (const lane of sorted) { lanes.get(lane).forEach((i, r) => { y[i] = top + r + 0.5; }); top += lanes.get(lane).length; } };
  const length = () => { let sum = 0; for (let k = 0; k < a.length; k++) sum += n[k] * Math.abs(y[a[k]] - y[b[k]]); return sum; };
  for (const lane of sorted) lanes.get(lane).sort((i, j) => row[i] - row[j]);
  settle();
  start.set(y);
  const before = length();
  let best = before, kept = y.slice();
  const rounds = 60;
  for (let round = 0; round < rounds; round++) {
    const pull = 1 - round / rounds; // the first rounds move far, the last ones settle
    const wish = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      let sum = 0, whole = 0;
      for (let e = at[i]; e < at[i + 1]; e++) { sum += weight[e] * y[other[e]]; whole += weight[e]; }
      wish[i] = whole ? (1 - 0.7 * pull) * y[i] + 0.7 * pull * (sum / whole) : y[i];
    }
    for (const lane of sorted) lanes.get(lane).sort((i, j) => wish[i] - wish[j] || i - j);
    settle();
    const now = length();
    if (now < best) { best = now; kept = y.slice(); }
    if (tell && round % 10 === 9) tell((round + 1) / rounds);
  }
  const order = Array.from({ length: count }, (_, i) => i).sort((i, j) => kept[i] - kept[j]), rows = new Array(count);
  order.forEach((i, r) => { rows[i] = r; });
  return { rows, before, after: best };
}

export function inWorker(work, told) {
  const source = `${refined}; onmessage = e => postMessage({ done: ${refined.name}(e.data, part => postMessage({ part })) });`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" })), worker = new Worker(url);
  const end = () => { worker.terminate(); URL.revokeObjectURL(url); };
  worker.onmessage = ({ data }) => { if (data.done) end(); told(data); };
  worker.onerror = event => { end(); told({ problem: event.message || "no worker" }); };
  worker.postMessage(work);
  return end;
}
