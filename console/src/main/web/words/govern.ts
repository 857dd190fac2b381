export const audit = {
  title: ["Journal d’audit", "Audit log"],
  hint: [
    "Chaque changement, enchaîné au précédent : rien ne peut être retiré sans que cela se voie.",
    "Every change, chained to the one before: nothing can be taken out without a trace.",
  ],
  verify: ["Vérifier la chaîne", "Verify the chain"],
  whole: ["La chaîne est entière : {n} entrées.", "The chain is whole: {n} entries."],
  broken: ["La chaîne est rompue à l’entrée {n} : {why}", "The chain is broken at entry {n}: {why}"],
  none: ["Aucune entrée", "No entry"],
  noneHint: ["Les changements apparaîtront ici.", "Changes will appear here."],
  at: ["Quand", "When"],
  actor: ["Qui", "Who"],
  action: ["Action", "Action"],
  subject: ["Objet", "Subject"],
  details: ["Détails", "Details"],
} as const;

export const settings = {
  title: ["Configuration", "Settings"],
  hint: [
    "Ce qui compte sur ce site, sans aucun secret. Elle se change dans le fichier de configuration, puis au redémarrage.",
    "What counts at this site, without any secret. It is changed in the configuration file, at the next start.",
  ],
  find: ["Chercher une clé", "Find a key"],
  key: ["Clé", "Key"],
  value: ["Valeur", "Value"],
  usual: ["par défaut", "as usual"],
  changed: ["réglée ici", "set here"],
  version: ["Version", "Version"],
  started: ["Démarré", "Started"],
  facts: ["Le programme", "The program"],
  keys: ["Clés de la configuration", "Keys of the configuration"],
} as const;

export const accessibility = {
  title: ["Accessibilité", "Accessibility"],
  status: ["État de conformité", "Conformity"],
  statusText: [
    "Cette console est partiellement conforme au RGAA 4.1 (WCAG 2.1, niveau AA) : les contrôles automatiques passent sur toutes les pages, l’audit manuel complet n’a pas encore eu lieu.",
    "This console conforms partially to RGAA 4.1 (WCAG 2.1, level AA): the automatic checks pass on all pages; the complete manual audit has not taken place yet.",
  ],
  checked: ["Ce qui est vérifié à chaque version", "What is checked for each version"],
  checkAxe: [
    "axe-core, règles WCAG 2.1 A et AA, sur chaque page : aucune violation.",
    "axe-core, rules of WCAG 2.1 A and AA, on every page: no violation.",
  ],
  checkKeys: [
    "Un parcours complet au clavier seul : se connecter, créer, révoquer, converser.",
    "A whole way by keyboard alone: sign in, create, revoke, talk.",
  ],
  checkSizes: [
    "L’affichage à 360 pixels de large, en clair et en sombre.",
    "The page at 360 pixels of width, in light and in dark.",
  ],
  known: ["Ce qui n’est pas encore accessible", "What is not accessible yet"],
  knownCharts: [
    "Les graphiques sont des images ; le tableau derrière chacun contient les mêmes chiffres.",
    "Charts are pictures; the table behind each holds the same figures.",
  ],
  knownReaders: [
    "Les lecteurs d’écran NVDA, JAWS et VoiceOver n’ont pas encore été essayés de façon systématique.",
    "The screen readers NVDA, JAWS and VoiceOver have not been tried systematically yet.",
  ],
  contact: ["Signaler une difficulté", "Report a difficulty"],
  contactText: [
    "Écrivez à l’exploitant de ce site, {site}. Sans réponse satisfaisante, vous pouvez saisir le Défenseur des droits (defenseurdesdroits.fr).",
    "Write to the operator of this site, {site}. Without a satisfying answer you may turn to the Défenseur des droits (defenseurdesdroits.fr).",
  ],
} as const;
