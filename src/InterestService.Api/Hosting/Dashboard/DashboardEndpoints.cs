using System.Net.Mime;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace InterestService.Api.Hosting.Dashboard;

/// <summary>
/// The dashboard at <c>/dashboard</c>, where <c>/</c> leads: static files of <c>wwwroot/dashboard</c> that call the public API. Each file is
/// an endpoint, so that other requests pass through no further middleware.
/// </summary>
internal static class DashboardEndpoints
{
    private const string Root = "dashboard", FirstPage = "index.html";

    public static void MapDashboard(this WebApplication app)
    {
        app.MapGet("/", () => Results.Redirect($"/{Root}")).AllowAnonymous().ExcludeFromDescription();
        var files = app.Environment.WebRootFileProvider;
        var types = new FileExtensionContentTypeProvider();
        foreach (string path in Paths(files, Root))
        {
            string type = types.TryGetContentType(path, out string? known) ? known : MediaTypeNames.Text.Plain;
            var file = new DashboardFile(files.GetFileInfo(path), IsText(type) ? $"{type}; charset=utf-8" : type);
            app.MapGet(path == $"{Root}/{FirstPage}" ? $"/{Root}" : $"/{path}", file.WriteAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    private static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type == "image/svg+xml";

    private static IEnumerable<string> Paths(IFileProvider files, string folder) => files.GetDirectoryContents(folder)
        .SelectMany(entry => entry.IsDirectory ? Paths(files, $"{folder}/{entry.Name}") : [$"{folder}/{entry.Name}"]);
}
