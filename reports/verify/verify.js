"use strict";
// Derives a published draw anew, as `guanjia sample verify` does; nothing here asks anything of a network.

// SHA-256 (FIPS 180-4) of a text's UTF-8 or of bytes, as lower-case hexadecimal digits.
const K = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (p, degree) => {
    // The first 32 bits of the fraction of a root, exactly: the whole root of p · 2^(32·degree), less its own whole part.
    const goal = BigInt(p) << BigInt(32 * degree);
    let low = 0n, high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(degree) <= goal) low = middle; else high = middle;
    }
    return Number(low & 0xffffffffn) | 0;
  };
  return { start: primes.slice(0, 8).map((p) => root(p, 2)), round: primes.map((p) => root(p, 3)) };
})();

function sha256(input) {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const blocks = new Uint8Array(((bytes.length + 8 >> 6) + 1) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(blocks.length - 4, bytes.length << 3);
  const h = Int32Array.from(K.start), w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, z] = h;
    for (let i = 0; i < 64; i++) {
      const one = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K.round[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      z = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, z].forEach((value, i) => { h[i] += value; });
  }
  return Array.from(h, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

// Canonical JSON: keys by their UTF-16 units, no spaces, whole numbers only.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) differ("方案", "整数", String(value));
  return JSON.stringify(value);
}

// The first ticket of an id (Rivest's consistent sampler).
function ticket(seedHash, id) {
  const digits = BigInt(`0x${sha256(seedHash + id)}`).toString().padStart(64, "0");
  return `0.${[...digits].reverse().join("")}`;
}

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

class Difference extends Error {
  constructor(where, what, expected, found) {
    super(what);
    Object.assign(this, { where, what, expected, found });
  }
}

function differ(what, expected, found, where = "") {
  throw new Difference(where, what, String(expected), String(found));
}

function same(what, expected, found, where) {
  if (expected !== found) differ(what, expected, found, where);
}

// Reasons to be barred, in their order.
const WHY = ["own_unit", "own_area", "own_self", "declared"];
const ROLES = { drawn: "抽中", reserve: "备选", rest: "其余" };
const FORM = "guanjia-sample-draw/1";

function verify(file, announced) {
  if (file === null || typeof file !== "object" || file.form !== FORM) differ("文件", `公布文件（${FORM}）`, "其他文件");
  const plan = file.plan;
  same("方案哈希", sha256(canonical(plan)), file.plan_hash);
  if (announced) same("抽签前公布的方案哈希", announced, file.plan_hash);
  checkEntropy(file.entropy, plan.entropy);
  same("种子", `${file.plan_hash} ${file.entropy.text}`, file.seed);
  const seen = new Set();
  for (const stratum of file.strata) {
    stratum.tickets.forEach((place, i) => {
      if (seen.has(place.pseudonym)) differ("化名", "只出现一次", place.pseudonym, `层 ${stratum.id} 第 ${i + 1} 行`);
      seen.add(place.pseudonym);
    });
  }
  const seedHash = sha256(file.seed);
  const count = { tickets: 0, calls: 0 };
  plan.strata.slice(0, file.strata.length).forEach((wanted, i) => checkStratum(wanted, file.strata[i], plan.reserve, seedHash, count));
  same("层数", plan.strata.length, file.strata.length);
  same("抽样框企业数", plan.frame_size, seen.size);
  same("所列抽样框企业数", plan.frame_size, file.frame_size);
  const members = file.strata.flatMap((stratum) => stratum.tickets.map((place) => [place.pseudonym, stratum.id]));
  members.sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]));
  same("抽样框哈希（全部化名及所在层，与方案所定的对照）", plan.frame_hash, sha256(canonical(members)));
  same("所列抽样框哈希", plan.frame_hash, file.frame_hash);
  if (file.assignment) checkCalls(file, count);
  return count;
}

function checkEntropy(entropy, announced) {
  const source = announced.source;
  const digit = (c) => c >= "0" && c <= "9";
  if (announced.drand_round !== undefined) {
    if (!entropy.drand) differ("公开随机数", `drand 第 ${announced.drand_round} 轮`, entropy.text);
    const { round, randomness, signature } = entropy.drand;
    if (!/^([0-9a-f]{2})+$/.test(signature)) differ("drand 签名", "十六进制", signature);
    const bytes = Uint8Array.from(signature.match(/../g), (pair) => parseInt(pair, 16));
    same(`drand 第 ${round} 轮的随机数（签名的 SHA-256）`, sha256(bytes), randomness);
    same("drand 轮次", announced.drand_round, round);
    same("公开随机数", randomness, entropy.text);
    return;
  }
  if (entropy.drand) differ("公开随机数", source, `drand 第 ${entropy.drand.round} 轮`);
  const text = entropy.text;
  if (text === "" || text.trim() !== text || /\p{Cc}/u.test(text)) differ("公开随机数", "按预告的写法，首尾无空格", JSON.stringify(text));
  if (announced.shape !== undefined) {
    const form = [...announced.shape], chars = [...text];
    const fits = form.length === chars.length && chars.every((c, i) => (form[i] === "0" ? digit(c) : c === form[i]));
    if (!fits) differ("公开随机数的写法", announced.shape, text);
  }
}

function checkStratum(wanted, found, reserve, seedHash, count) {
  const where = `层 ${wanted.id}`;
  same("层", wanted.id, found.id);
  same("N", wanted.N, found.N, where);
  same("n", wanted.n, found.n, where);
  const order = found.tickets.map((place) => [ticket(seedHash, place.pseudonym), place.pseudonym]);
  order.sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]));
  order.forEach(([number, pseudonym], i) => {
    const place = found.tickets[i], rank = i + 1, row = `${where} 第 ${rank} 行`;
    same("化名", pseudonym, place.pseudonym, row);
    same("签号", number, place.ticket, row);
    same("次序", rank, place.rank, row);
    const role = rank <= wanted.n ? "drawn" : rank <= wanted.n + reserve ? "reserve" : "rest";
    same("角色", ROLES[role], ROLES[place.role] ?? String(place.role), row);
    count.tickets += 1;
  });
  same("签数", wanted.N, found.tickets.length, where);
}

// The second draw: evaluators by lot from the same seed, loads evened out along alternating paths.
function checkCalls(file, count) {
  const stated = file.assignment, callers = file.plan.callers;
  if (callers !== undefined) {
    same("评价员名单（与方案所定的对照）", callers.evaluators.join("、"), stated.evaluators.join("、"));
    const pairs = stated.barred.map((b) => [b.pseudonym, b.evaluator, WHY.indexOf(b.why), b]);
    pairs.sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]) || a[2] - b[2]);
    same("回避名单哈希（与方案所定的对照）", callers.barred_hash, sha256(canonical(pairs.map((pair) => pair[3]))));
  }
  const of = (role) => file.strata.flatMap((s) => s.tickets.filter((p) => p.role === role).map((p) => p.pseudonym));
  const evaluators = [...stated.evaluators].sort(byText);
  const seedHash = sha256(`evaluators ${file.seed}`);
  const barred = new Set(stated.barred.map((b) => `${b.pseudonym} ${b.evaluator}`));
  const eligible = (pseudonym) => evaluators
    .filter((evaluator) => !barred.has(`${pseudonym} ${evaluator}`))
    .map((evaluator) => [ticket(seedHash, `${pseudonym}:${evaluator}`), evaluator])
    .sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]))
    .map((lot) => lot[1]);
  const groups = [of("drawn"), of("reserve")];
  const divided = groups.map((group) => divide(group, evaluators, eligible, seedHash));
  const gave = new Set();
  for (const { pseudonym, evaluator } of stated.declined) {
    const group = divided.find((calls) => calls.has(pseudonym));
    if (!group) differ("退回", "抽中或备选的企业", pseudonym);
    same("退回的评价员", group.get(pseudonym), evaluator);
    gave.add(`${pseudonym} ${evaluator}`);
    const load = (one) => [...group.values()].filter((holder) => holder === one).length;
    const left = eligible(pseudonym).filter((one) => !gave.has(`${pseudonym} ${one}`));
    if (!left.length) differ("评价员分派", "尚有可分派的评价员", pseudonym);
    group.set(pseudonym, least(left, load));
  }
  const calls = groups.flatMap((group, i) => group.map((pseudonym) => [pseudonym, divided[i].get(pseudonym)]));
  calls.slice(0, stated.calls.length).forEach(([pseudonym, evaluator], i) => {
    const where = `评价员分派第 ${i + 1} 行`;
    same("企业", pseudonym, stated.calls[i].pseudonym, where);
    same("评价员", evaluator, stated.calls[i].evaluator, where);
    count.calls += 1;
  });
  same("分派数", calls.length, stated.calls.length);
}

// Of equals the first.
function least(items, of) {
  return items.reduce((best, item) => (of(item) < of(best) ? item : best));
}

function divide(pseudonyms, evaluators, eligible, seedHash) {
  const order = pseudonyms.map((p) => [ticket(seedHash, p), p]).sort((a, b) => byText(a[0], b[0]));
  const may = new Map(pseudonyms.map((p) => [p, eligible(p)]));
  const held = new Map(evaluators.map((evaluator) => [evaluator, []]));
  for (const [, pseudonym] of order) {
    const steps = reach(pseudonym, may, held);
    if (!steps.length) differ("评价员分派", "尚有可分派的评价员", pseudonym);
    let step = least(steps, (one) => held.get(one.evaluator).length);
    for (; step.from; step = step.from) {
      const giver = held.get(step.from.evaluator);
      giver.splice(giver.indexOf(step.hands), 1);
      held.get(step.evaluator).push(step.hands);
    }
    held.get(step.evaluator).push(pseudonym);
  }
  return new Map([...held].flatMap(([evaluator, mine]) => mine.map((pseudonym) => [pseudonym, evaluator])));
}

function reach(pseudonym, may, held) {
  const seen = new Set(may.get(pseudonym));
  const steps = may.get(pseudonym).map((evaluator) => ({ evaluator, from: null, hands: null }));
  for (let at = 0; at < steps.length; at++) {
    for (const hands of held.get(steps[at].evaluator)) {
      for (const evaluator of may.get(hands)) {
        if (seen.has(evaluator)) continue;
        seen.add(evaluator);
        steps.push({ evaluator, from: steps[at], hands });
      }
    }
  }
  return steps;
}

// What is shown. Texts of the file are only ever set as text.
const at = (id) => document.getElementById(id);

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const shown = (number) => /^0\.9*\d{0,9}/.exec(number)[0];
let opened = null;

function show(text) {
  const outcome = at("outcome");
  const announced = at("announced").value.trim().toLowerCase();
  outcome.replaceChildren();
  let file = null;
  try {
    file = JSON.parse(text);
    const count = verify(file, announced);
    outcome.className = "holds";
    outcome.append(element("p", "核验通过", "verdict"));
    outcome.append(element("p", `重新推算 ${count.tickets} 个签号、${count.calls} 项分派，与文件逐行一致。`));
  } catch (error) {
    outcome.className = "fails";
    outcome.append(element("p", "核验不通过", "verdict"));
    if (error instanceof Difference) {
      outcome.append(element("p", `首个不符之处：${error.where ? `${error.where}，` : ""}${error.what}`));
      outcome.append(list([["应为", error.expected], ["文件所列", error.found]]));
    } else {
      outcome.append(element("p", `文件读不出来：${error.message}`));
    }
  }
  const whole = file !== null && typeof file === "object" && file.form === FORM && file.plan && Array.isArray(file.strata);
  opened = whole ? file : null;
  at("find").hidden = at("strata").hidden = !whole;
  if (!whole) return;
  outcome.append(list([
    ["方案", file.plan.id], ["抽样框日期", file.plan.as_of], ["方案哈希", file.plan_hash],
    ["公开随机数来源", file.plan.entropy?.source], ["预告时间", String(file.plan.entropy?.at).replace("T", " ")],
    ["公开随机数", file.entropy?.text], ["抽样框企业数", file.frame_size],
  ]));
  tables(file);
  find();
}

function list(pairs) {
  const made = element("dl");
  for (const [name, value] of pairs) made.append(element("dt", name), element("dd", String(value ?? "")));
  return made;
}

function tables(file) {
  at("tables").replaceChildren(...file.strata.map((stratum) => {
    const made = element("details");
    const summary = element("summary", `${stratum.id}：共 ${stratum.N} 家，抽 ${stratum.n} 家`);
    const table = element("table");
    const head = element("tr");
    ["次序", "角色", "签号", "化名"].forEach((name) => head.append(element("th", name)));
    table.append(head);
    for (const place of stratum.tickets) {
      const row = element("tr", undefined, place.role);
      row.dataset.pseudonym = place.pseudonym;
      row.append(element("td", String(place.rank), "n"), element("td", ROLES[place.role] ?? String(place.role)));
      row.append(element("td", shown(String(place.ticket)), "code"), element("td", place.pseudonym, "code"));
      table.append(row);
    }
    const scroll = element("div", undefined, "scroll");
    scroll.append(table);
    made.append(summary, scroll);
    return made;
  }));
}

function find() {
  const id = at("own-id").value.normalize("NFC").trim(), salt = at("own-salt").value.trim().toLowerCase();
  document.querySelectorAll("tr.own").forEach((row) => row.classList.remove("own"));
  if (!opened || !id || !salt) {
    at("found").textContent = "";
    return;
  }
  const pseudonym = sha256(salt + id).slice(0, 32);
  for (const stratum of opened.strata) {
    const place = stratum.tickets.find((one) => one.pseudonym === pseudonym);
    if (!place) continue;
    at("found").textContent = `化名 ${pseudonym}，在层 ${stratum.id}，签号 ${shown(place.ticket)}，第 ${place.rank} 位，${ROLES[place.role]}。`;
    const row = [...document.querySelectorAll("tr")].find((one) => one.dataset.pseudonym === pseudonym);
    row.classList.add("own");
    row.closest("details").open = true;
    return;
  }
  at("found").textContent = `化名 ${pseudonym} 不在抽样框内。`;
}

let text = at("draw").textContent;
if (text.trim() !== "null") show(text);
at("file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) return;
  text = await file.text();
  show(text);
});
at("announced").addEventListener("change", () => { if (text.trim() !== "null") show(text); });
["own-id", "own-salt"].forEach((id) => at(id).addEventListener("input", find));
