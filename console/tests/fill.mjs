// Gives a fresh site what a site has after a while, by its own API: institutions, projects, keys,
// prices, requests for access, and some use.

/** A name that would run if somebody put it into a page as it is. */
export const HOSTILE = "<img src=x onerror=\"window.hacked=1\">{{7*7}}";

const INSTITUTIONS = [
  ["univ-rennes", "Université de Rennes", "contributor", 3],
  ["inria", "Inria", "contributor", 2],
  ["insa-lyon", "INSA Lyon", "contributor", 1],
  ["ecole-navale", "École navale", "beneficiary", 1],
];
const PROJECTS = [
  ["univ-rennes", "assistant", "Assistant des personnels", "Aide à la rédaction et à la synthèse"],
  ["univ-rennes", "recherche", "Recherche documentaire", "Interrogation des fonds de la bibliothèque"],
  ["inria", "evaluation", "Évaluation de modèles", "Campagnes nocturnes"],
  ["insa-lyon", "tuteur", "Tuteur de programmation", "Aide aux travaux pratiques"],
  ["ecole-navale", "veille", HOSTILE, "Résumés de presse"],
];

export class Control {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  async call(method, path, body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`, "content-type": "application/json",
        ...(method === "GET" ? {} : { "if-match": "*" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text === "" ? {} : JSON.parse(text);
  }
}

async function agreements(control) {
  const until = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
  await control.call("POST", "/api/v1/tariffs", { prompt: 150_000, cached: 15_000, completion: 600_000 });
  await control.call("POST", "/api/v1/entitlements", {
    organization: "ecole-navale",
    terms: { models: ["*"], until, max_class: "standard", limits: { tokens_per_month: 5_000_000 } },
    decision: "Comité du 12 octobre",
  });
  await control.call("POST", "/api/v1/quotas", {
    organization: "univ-rennes",
    limits: { requests_per_minute: 6000, tokens_per_month: 40_000_000, micro_currency_per_month: 800_000_000 },
  });
  await control.call("POST", "/api/v1/quotas", {
    organization: "insa-lyon", project: "tuteur", limits: { tokens_per_day: 60_000, concurrent_requests: 32 },
  });
  const asked = await control.call("POST", "/api/v1/access-requests", {
    organization: "ecole-navale", project: "veille",
    terms: { models: ["mistral-small"], until, max_class: "interactive" },
    purpose: "Une classe interactive pour les démonstrations du mois de mars.",
  });
  await control.call("POST", `/api/v1/access-requests/${asked.id}/submit`, {});
  for (const [organization, kind, device, count, purpose] of [
    ["univ-rennes", "declared", "h100-sxm", 8, "Mésocentre"],
    ["univ-rennes", "wanted", "h200-sxm", 4, "Modèles de plus de 100 milliards de paramètres"],
    ["inria", "declared", "l40s", 16, "Plateforme partagée"],
    ["insa-lyon", "wanted", "l40s", 4, "Travaux pratiques"],
  ]) {
    await control.call("POST", `/api/v1/organizations/${organization}/census`, {
      kind, device, count, purpose, ...(kind === "wanted" ? { horizon: "2027-09-30", priority: 2 } : {}),
    });
  }
}

/** All at once is what people do too: some wait. */
async function use(api, keys, models, requests) {
  const one = async (number) => {
    const key = keys[number % keys.length];
    const answer = await fetch(`${api}/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`, "content-type": "application/json",
        "x-archipel-class": ["interactive", "standard", "batch"][number % 3],
      },
      body: JSON.stringify({
        model: models[number % models.length], stream: number % 2 === 0, max_tokens: 24,
        messages: [{ role: "user", content: `Question ${number} ${"mot ".repeat(number % 40)}` }],
      }),
    });
    await answer.arrayBuffer();
  };
  await Promise.all(Array.from({ length: requests }, (_, number) => one(number)));
}

/** Fills the site; gives back the keys that were made. */
export async function fill(control, api, requests) {
  for (const [name, display_name, kind, share] of INSTITUTIONS) {
    await control.call("POST", "/api/v1/organizations", { name, display_name, kind, share });
  }
  const keys = [];
  for (const [organization, name, display_name, purpose] of PROJECTS) {
    await control.call("POST", `/api/v1/organizations/${organization}/projects`, {
      name, display_name, purpose,
    });
    const made = await control.call("POST", "/api/v1/keys", {
      organization, project: name, name: `serveur ${name}`, purpose, expires: "90d",
    });
    keys.push(made.secret);
  }
  await agreements(control);
  const models = (await control.call("GET", "/api/v1/models")).items.map((model) => model.id);
  await use(api, keys, models, requests);
  return keys;
}
