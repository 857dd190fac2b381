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
    "Aucun audit RGAA 4.1 n’a encore eu lieu : cette console est donc déclarée non conforme, comme le veut la règle, quoi qu’elle sache faire.",
    "No audit by RGAA 4.1 has taken place yet: this console is therefore declared not conforming, as the rule has it, whatever it can do.",
  ],
  built: ["Ce qui a été fait", "What was done"],
  builtKeys: [
    "Des composants prévus pour le clavier et les lecteurs d’écran, un lien d’évitement, un titre par page.",
    "Parts made for keyboards and screen readers, a skip link, a title for each page.",
  ],
  builtColors: [
    "Des couleurs choisies pour leur contraste, en clair et en sombre ; un état est toujours dit par un mot.",
    "Colours chosen for their contrast, light and dark; a state is always told by a word.",
  ],
  builtTables: [
    "Un tableau derrière chaque graphique, avec les mêmes chiffres.",
    "A table behind each chart, with the same figures.",
  ],
  known: ["Ce qui reste à faire", "What is left to do"],
  knownChecks: [
    "Les contrôles automatiques (axe-core) et un parcours complet au clavier n’ont pas encore été menés.",
    "The automatic checks (axe-core) and a whole way by keyboard alone have not been made yet.",
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
