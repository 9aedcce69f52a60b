namespace InterestService.Api.Hosting;

/// <summary>HEAD is GET without the body (RFC 9110, 9.3.2), for every resource.</summary>
internal static class HeadRequests
{
    public static void UseHead(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Request.Method = HttpMethods.Get;
        context.Response.Body = Stream.Null;
        await next(context);
    });
}
