using Npgsql;

namespace InterestService.Api.Storage;

internal static class DatabaseErrors
{
    /// <summary>
    /// Returns true when PostgreSQL is unreachable or shutting down, and false when it refused a statement. EF Core wraps such an error in an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    public static bool IsDatabaseAway(this Exception exception) => exception switch
    {
        PostgresException refused => refused.IsTransient,
        NpgsqlException => true,
        InvalidOperationException { InnerException: NpgsqlException inner } => inner.IsDatabaseAway(),
        _ => false,
    };
}
