using Npgsql;

namespace InterestService.Api.Storage;

internal static class DatabaseErrors
{
    /// <summary>
    /// True when PostgreSQL could not be reached or is going down, as against a statement that it refused. EF Core wraps such
    /// an error into an <see cref="InvalidOperationException"/>.
    /// </summary>
    public static bool IsDatabaseAway(this Exception exception) => exception switch
    {
        PostgresException refused => refused.IsTransient,
        NpgsqlException => true,
        InvalidOperationException { InnerException: NpgsqlException inner } => inner.IsDatabaseAway(),
        _ => false,
    };
}
