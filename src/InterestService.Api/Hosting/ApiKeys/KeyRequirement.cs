using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Refuses to start a service that nobody could call: outside Development, every call needs a key or a token.</summary>
internal sealed class KeyRequirement(IOptions<InterestServiceOptions> options, IHostEnvironment environment, BearerTokens tokens, IServiceProvider services)
{
    /// <param name="cancellation">Cancels the query.</param>
    /// <exception cref="StartupException">There are neither configured nor managed keys, and no issuer of tokens.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        if (environment.IsDevelopment() || options.Value.Role == Role.Worker || options.Value.ApiKeys.Count > 0 || tokens.AreAccepted) return;
        await using var query = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT EXISTS (SELECT FROM api_keys)");
        if (await query.ExecuteScalarAsync(cancellation) is true) return;
        throw new StartupException("Outside Development the service does not start without keys. Make one with the command 'keys create NAME --scope admin', or "
            + "set InterestService__ApiKeys__0__Name, InterestService__ApiKeys__0__Key and InterestService__ApiKeys__0__Scopes__0.");
    }
}
