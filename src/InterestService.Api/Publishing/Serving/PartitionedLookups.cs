using InterestService.Api.Hosting;
using InterestService.Api.Hosting.OpenApi;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Publishing.Serving;

/// <summary>
/// Sends lookups away that a process cannot answer which holds a part of the users (<see cref="InterestServiceOptions.Partition"/>): with 307 to
/// the process of the user's part or, where its address is not configured or all users are needed, with 421. Without a part it does nothing.
/// </summary>
internal static class PartitionedLookups
{
    private const string PartOfUsers = "This process holds a part of the users (`InterestService__Partition`)";

    /// <summary>Marks endpoints about the user whose id is the value <c>id</c> of the route.</summary>
    public static TBuilder AnswersForUser<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(
            new Mark(OfUser: true), new PossibleAnswer(421, $"{PartOfUsers}, and the user is in another one."),
            new PossibleAnswer(307, $"{PartOfUsers}; `Location` is the address of the process that holds the user's."));

    /// <summary>Marks endpoints that need the snapshot of all users.</summary>
    public static TBuilder AnswersForAllUsers<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Mark(OfUser: false), new PossibleAnswer(421, $"{PartOfUsers}, and the request needs all."));

    public static void UsePartition(this WebApplication app)
    {
        if (app.Configuration[$"{InterestServiceOptions.Section}:{nameof(InterestServiceOptions.Partition)}"] is null) return;
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not { } mark) return next(context);
            var options = context.RequestServices.GetRequiredService<IOptions<InterestServiceOptions>>().Value;
            if (options.Part is not { } part) return next(context);
            if (!mark.OfUser)
            {
                return RefuseAsync(context, "The request needs all users.", $"This process holds part {part} of the users. Ask a process that holds all.");
            }

            int number = part.NumberOf($"{context.Request.RouteValues["id"]}");
            if (number == part.Number) return next(context);
            if (options.AddressOf(number) is not { } address)
                return RefuseAsync(context, "The user is in another part.", $"The user is in part {part with { Number = number }}; this process holds part {part}.");
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = address.TrimEnd('/') + TargetOf(context);
            return Task.CompletedTask;
        });
    }

    /// <summary>The path and the query as they were sent, escapes included.</summary>
    private static string TargetOf(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.StartsWith('/') ? target : new Uri(target).PathAndQuery;
    }

    private static Task RefuseAsync(HttpContext context, string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status421MisdirectedRequest, title: title, detail: detail).ExecuteAsync(context);

    /// <param name="OfUser">Whether one user is asked for.</param>
    private sealed record Mark(bool OfUser);
}
