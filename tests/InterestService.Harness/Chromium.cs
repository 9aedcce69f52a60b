namespace InterestService.Harness;

/// <summary>The machine's Chromium, and what is common to the programs that look at the dashboard in it.</summary>
internal static class Chromium
{
    /// <summary>How to get Chromium where there is none.</summary>
    public const string Missing = "Chromium is not installed; on Debian: apt-get install chromium.";

    /// <summary>A JavaScript function that tells whether the view of the page's address is shown, with all of its parts and charts.</summary>
    public const string IsShown = """
        () => document.querySelector('main h1') && document.querySelector('main').dataset.view === location.hash
            && !document.querySelector('main[aria-busy], main [aria-busy]')
        """;

    private static readonly string[] _paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Arguments for a browser without a sandbox and a graphics processor.</summary>
    public static string[] Arguments { get; } = ["--no-sandbox", "--disable-gpu"];

    /// <summary>Returns the path of the program; null where none is installed.</summary>
    public static string? Find() => Array.Find(_paths, File.Exists);
}
