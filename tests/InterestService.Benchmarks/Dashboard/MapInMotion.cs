using System.Diagnostics;
using InterestService.Harness;
using Microsoft.Playwright;

namespace InterestService.Benchmarks.Dashboard;

/// <summary>What a frame of the map costs.</summary>
/// <param name="PerSecond">Frames a second.</param>
/// <param name="Script">Milliseconds of JavaScript of a frame.</param>
/// <param name="Work">Milliseconds of all work of the page's main thread of a frame.</param>
internal readonly record struct FrameCosts(double PerSecond, double Script, double Work);

/// <summary>The map of the dashboard while the mouse moves it.</summary>
internal sealed class MapInMotion : IAsyncDisposable
{
    private readonly IPage _page;
    private readonly ICDPSession _session;
    private readonly LocatorBoundingBoxResult _box;

    private MapInMotion(IPage page, ICDPSession session, LocatorBoundingBoxResult box, string dots) => (_page, _session, _box, Dots) = (page, session, box, dots);

    /// <summary>Movements by their names.</summary>
    public static (string Name, Func<MapInMotion, int, Task> Step)[] Motions { get; } =
    [
        ("pointer moves over it", (map, step) => map.MoveAsync(step)),
        ("dragged", (map, step) => map.DragAsync(step)),
        ("zoomed", (map, step) => map._page.Mouse.WheelAsync(0, step / 40 % 2 == 0 ? -60 : 60)),
    ];

    /// <summary>Number of the users on the map, as the page writes it.</summary>
    public string Dots { get; }

    public static async Task<MapInMotion> OpenAsync(IBrowser browser, Uri service)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await DashboardCommand.OpenAsync(context, service, "map");
        await page.WaitForFunctionAsync(Chromium.IsShown);
        var canvas = page.Locator("main .map canvas");
        await canvas.ScrollIntoViewIfNeededAsync();
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("Performance.enable");
        await page.EvaluateAsync("() => { window.frames_ = 0; const count = () => { window.frames_++; requestAnimationFrame(count); }; count(); }");
        return new MapInMotion(page, session, (await canvas.BoundingBoxAsync())!, await page.Locator("main .tile dd").First.InnerTextAsync());
    }

    /// <summary>Repeats a movement for a time.</summary>
    public async Task<FrameCosts> MeasureAsync(Func<MapInMotion, int, Task> motion, TimeSpan duration)
    {
        await MoveAsync(0);
        await _page.EvaluateAsync("() => { window.frames_ = 0; }");
        var before = await CostsAsync();
        var watch = Stopwatch.StartNew();
        for (int step = 1; watch.Elapsed < duration; step++) await motion(this, step);
        double frames = await _page.EvaluateAsync<double>("() => window.frames_");
        var after = await CostsAsync();
        double seconds = watch.Elapsed.TotalSeconds;
        await _page.Mouse.UpAsync();
        return new FrameCosts(frames / seconds, 1000 * (after.Script - before.Script) / frames, 1000 * (after.Work - before.Work) / frames);
    }

    public async ValueTask DisposeAsync() => await _page.Context.DisposeAsync();

    private Task MoveAsync(int step) => _page.Mouse.MoveAsync(
        (float)(_box.X + _box.Width * (.5 + .3 * Math.Sin(step / 20.0))), (float)(_box.Y + _box.Height * (.4 + .2 * Math.Cos(step / 17.0))));

    private async Task DragAsync(int step)
    {
        if (step == 1) await _page.Mouse.DownAsync();
        await MoveAsync(step);
    }

    /// <summary>Seconds of JavaScript and of all work of the main thread since the page began.</summary>
    private async Task<(double Script, double Work)> CostsAsync()
    {
        var metrics = (await _session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        return (metrics["ScriptDuration"], metrics["TaskDuration"]);
    }
}
