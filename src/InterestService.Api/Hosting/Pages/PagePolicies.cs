using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting.Pages;

/// <summary>
/// Admits visitors of the pages by the settings, refuses what pages of other origins send to them, and gives each answer the headers that keep other
/// sites from framing a page or running code in it.
/// </summary>
internal static class PagePolicies
{
    private static readonly RequiredScope _admin = new([Scopes.Admin]);

    public static void AddPages(this IServiceCollection services) => services.AddSettings<PageOptions>(PageOptions.Subsection);

    /// <summary>Stands before the pages and after the routing.</summary>
    public static void UsePagePolicies(this WebApplication app)
    {
        Page[]? pages = null;
        app.Use((context, next) =>
        {
            pages ??= Pages(app.Services.GetRequiredService<IOptions<PageOptions>>().Value);
            foreach (var page in pages)
                if (context.Request.Path.StartsWithSegments(page.Path)) return VisitAsync(context, page, next);
            return next(context);
        });
    }

    private static Page[] Pages(PageOptions options) =>
    [
        new("/dashboard", options.Dashboard, PageHeaders.OwnFilesOnly),
        new("/swagger", options.Swagger, PageHeaders.InlineStyles),
        new("/hangfire", options.Hangfire, PageHeaders.InlineStyles),
    ];

    private static Task VisitAsync(HttpContext context, Page page, RequestDelegate next)
    {
        PageHeaders.Add(context.Response.Headers, page.ContentSecurityPolicy);
        int? refused = page.Access switch
        {
            PageAccess.Nobody => StatusCodes.Status404NotFound,
            _ when !SameOrigin.Check(context.Request) => StatusCodes.Status403Forbidden,
            PageAccess.Anyone => null,
            PageAccess.Local => LocalCaller.Is(context) ? null : StatusCodes.Status401Unauthorized,
            _ => context.RequestServices.GetRequiredService<ApiKeyStore>().FindVisitor(context) is not { } visitor ? StatusCodes.Status401Unauthorized
                : visitor.Has(_admin) ? null : StatusCodes.Status403Forbidden,
        };
        if (refused is not { } status) return next(context);
        if (status == StatusCodes.Status401Unauthorized && page.Access == PageAccess.Admin) context.Response.Headers.WWWAuthenticate = "Basic realm=\"InterestService\", charset=\"UTF-8\"";
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private sealed record Page(string Path, PageAccess Access, string ContentSecurityPolicy);
}
