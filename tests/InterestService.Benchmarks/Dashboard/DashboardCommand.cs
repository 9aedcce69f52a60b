using System.CommandLine;
using InterestService.Benchmarks.Harness;
using InterestService.Benchmarks.Serving;
using InterestService.Harness;
using Microsoft.Playwright;
using Spectre.Console;

namespace InterestService.Benchmarks.Dashboard;

/// <summary>Measures the dashboard in Chromium: the first view with a cold cache, its size, and the map while it is moved and zoomed by the mouse.</summary>
internal static class DashboardCommand
{
    private const double GoalMilliseconds = 1000;
    private const double GoalBytes = 1_500_000;

    /// <summary>Half of the time of a frame at 60 frames a second: the other half is the browser's.</summary>
    private const double GoalScript = 1000.0 / 60 / 2;

    public static Command Create()
    {
        var users = Commands.CreateOption("--users", "Number of users of the published clustering; a map shows 20,000 at most.", 21_000);
        var seconds = Commands.CreateOption("--seconds", "Duration of each movement.", 5);
        var runs = Commands.CreateOption("--runs", "Number of first views.", 5);
        var command = new Command("dashboard", "Measure the first view of the dashboard and the frames of its map in Chromium.") { users, seconds, runs };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(users), parsed.GetValue(seconds), parsed.GetValue(runs)));
        return command;
    }

    private static async Task<int> RunAsync(int users, int seconds, int runs)
    {
        string program = Chromium.Find() ?? throw new InvalidOperationException(Chromium.Missing);
        await using var service = await ServiceProcess.StartAsync();
        await PublishedUsers.PrepareAsync(service, users);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Chromium.Arguments });
        bool met = true;
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns($"{users:N0} users", "measured", "goal");
        var first = new List<FirstView>();
        for (int run = 0; run < runs; run++) first.Add(await FirstViewAsync(browser, service.Address));
        Row("overview, from the navigation until it is painted", Duel.Median(first.Select(view => view.Painted)), "ms", GoalMilliseconds);
        Row("the same, with the parts and charts that load after it", Duel.Median(first.Select(view => view.Complete)), "ms", double.PositiveInfinity);
        Row("files of the dashboard, received", Duel.Median(first.Select(view => view.Bytes)) / 1000, "kB", GoalBytes / 1000);
        await using var map = await MapInMotion.OpenAsync(browser, service.Address);
        foreach (var (name, motion) in MapInMotion.Motions)
        {
            var frames = await map.MeasureAsync(motion, TimeSpan.FromSeconds(seconds));
            Row($"map of {map.Dots} users, {name}: script of a frame", frames.Script, "ms", GoalScript);
            table.AddRow("the same, all of the page's work", $"{frames.Work.ToText("F1")} ms; {frames.PerSecond.ToText("F0")} frames a second", "");
        }

        AnsiConsole.Write(table);
        return met ? 0 : 1;

        void Row(string what, double measured, string unit, double goal)
        {
            table.AddRow(what, $"{measured.ToText("F1")} {unit}", double.IsInfinity(goal) ? "" : $"under {goal.ToText("F1")} {unit}");
            met &= measured < goal;
        }
    }

    /// <summary>Opens a page with an address of the dashboard, with the key of the service.</summary>
    public static async Task<IPage> OpenAsync(IBrowserContext context, Uri service, string view)
    {
        await context.AddInitScriptAsync($"sessionStorage.setItem('interest.apiKey', '{ServiceProcess.Key}')");
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(service, $"/dashboard#/{view}").ToString());
        return page;
    }

    private static async Task<FirstView> FirstViewAsync(IBrowser browser, Uri service)
    {
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } }); // with a cache of its own
        var page = await OpenAsync(context, service, "");
        double painted = await WhenAsync("document.querySelector('main')?.dataset.view !== undefined");
        double complete = await WhenAsync($"({Chromium.IsShown})()");
        double bytes = await page.EvaluateAsync<double>("""
            () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .filter(entry => new URL(entry.name).pathname.startsWith('/dashboard')).reduce((sum, entry) => sum + entry.transferSize, 0)
            """);
        return new FirstView(painted, complete, bytes);

        // Two frames: what is there in the first one is painted when the second one begins.
        Task<double> WhenAsync(string condition) => page.EvaluateAsync<double>($$"""
            () => new Promise(done => {
                const look = () => {{condition}} ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
                look();
            })
            """);
    }

    /// <param name="Painted">Milliseconds from the navigation until the view is painted.</param>
    /// <param name="Complete">Milliseconds until all of its parts and charts are.</param>
    /// <param name="Bytes">Bytes of the dashboard's files, as they are sent.</param>
    private readonly record struct FirstView(double Painted, double Complete, double Bytes);
}
