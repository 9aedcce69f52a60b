using Deque.AxeCore.Playwright;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Microsoft.Playwright;

namespace InterestService.Api.Tests.Dashboard;

/// <summary>A page of the dashboard in the machine's Chromium. Faults of the page are collected: console errors, exceptions, refused files.</summary>
internal sealed class DashboardBrowser : IAsyncDisposable
{
    private readonly List<string> _faults = [];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private DashboardBrowser(IPlaywright playwright, IBrowser browser, IPage page, Uri service)
    {
        (_playwright, _browser, Page, Service) = (playwright, browser, page, service);
        page.Console += (_, message) => { if (message.Type == "error" && !IsAskedInVain(message)) _faults.Add($"{message.Text} {message.Location}"); };
        page.PageError += (_, error) => _faults.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Address of the service.</summary>
    public Uri Service { get; }

    /// <summary>Starts Chromium, or skips the test where none is installed.</summary>
    public static async Task<DashboardBrowser> StartAsync(Uri service, string locale = "en", ColorScheme scheme = ColorScheme.Light, int width = 1440)
    {
        string? executable = Chromium.Find();
        if (executable is null) Assert.Skip(Chromium.Missing);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Chromium.Arguments });
        var page = await browser.NewPageAsync(new()
        {
            Locale = locale,
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        page.SetDefaultTimeout((float)Wait.Limit.TotalMilliseconds);
        Assertions.SetDefaultExpectTimeout((float)Wait.Limit.TotalMilliseconds);
        return new DashboardBrowser(playwright, browser, page, service);
    }

    /// <summary>Opens a view and waits until all of its parts are there.</summary>
    public async Task OpenAsync(string view)
    {
        await Page.GotoAsync(new Uri(Service, $"/dashboard#/{view}").ToString());
        await SettleAsync();
    }

    /// <summary>Waits until the view of the page's address is shown, with all of its parts and charts.</summary>
    public async Task SettleAsync() => await Page.WaitForFunctionAsync(Chromium.IsShown);

    /// <summary>Asserts that the page is as it should be: no fault, no serious violation that axe finds, no sideways scrolling, no text beyond its place.</summary>
    public async Task AssertSoundAsync(string view)
    {
        AssertNoFaults(view);
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{view} is wider than the window.");
        string[] beyond = await Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll('main :is(h1, h2, p, dd, dt, li, button, .hint, .notice, .card)')]
                .filter(part => !part.closest('.visually-hidden, .scroll') && part.clientWidth > 0 && part.scrollWidth > part.clientWidth + 1)
                .map(part => `${part.tagName} ${part.className}: ${part.textContent.slice(0, 80)}`)
            """);
        Assert.True(beyond.Length == 0, $"{view}: {string.Join('\n', beyond)}");
        var found = await Page.RunAxe();
        string[] serious = [.. found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}: {string.Join(", ", violation.Nodes.Take(3).Select(node => node.Html))}")];
        Assert.True(serious.Length == 0, $"{view}: {string.Join('\n', serious)}");
    }

    /// <summary>Asserts that the page reported no error, such as a violation of its policy.</summary>
    public void AssertNoFaults(string view) => Assert.True(_faults.Count == 0, $"{view}: {string.Join('\n', _faults)}");

    /// <summary>The browser reports every 404, also of a resource that the page asks for because it may be there.</summary>
    private static bool IsAskedInVain(IConsoleMessage message) =>
        message.Text.Contains("404", StringComparison.Ordinal) && message.Location.Contains("/progress", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
