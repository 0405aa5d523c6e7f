// Before anything is painted: the theme that was chosen here last.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* a browser that remembers nothing follows the system */ }
